/** Bits into bytes, as H.264 writes its headers and macroblocks. */
export class BitWriter {
  private bytes = new Uint8Array(4096);
  private length = 0;
  private held = 0;
  private heldBits = 0;

  /** The lowest `count` bits of a value, highest first. At most 24 at a time. */
  bits(value: number, count: number): void {
    this.held = (this.held << count) | (value & ((1 << count) - 1));
    this.heldBits += count;
    while (this.heldBits >= 8) {
      this.heldBits -= 8;
      this.byte((this.held >>> this.heldBits) & 0xff);
    }
    this.held &= (1 << this.heldBits) - 1;
  }

  /** An unsigned Exp-Golomb code. */
  unsigned(value: number): void {
    const width = 32 - Math.clz32(value + 1);
    if (width > 1) this.bits(0, width - 1);
    this.bits(value + 1, width);
  }

  /** Zero bits up to the next whole byte. */
  align(): void {
    if (this.heldBits > 0) this.bits(0, 8 - this.heldBits);
  }

  /** One whole byte; only where the writer is aligned. */
  byte(value: number): void {
    if (this.length === this.bytes.length) {
      const larger = new Uint8Array(this.bytes.length * 2);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes[this.length++] = value;
  }

  /** Ends with the stop bit that every H.264 unit ends with, and gives the bytes. */
  finish(): Uint8Array {
    this.bits(1, 1);
    this.align();
    return this.bytes.subarray(0, this.length);
  }
}
