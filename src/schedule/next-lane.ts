/** A lane that can go now: its first job, and what is known of all that wait in it. */
export interface ReadyLane {
  /** Of its first job: higher goes first. */
  readonly priority: number;
  /** Of its first job: its place in the manifest. */
  readonly seq: number;
  /** Its submissions count in a window of their own, in which there is a place now. */
  readonly rare: boolean;
  /** The smallest of the slot limits that its jobs hold; Infinity when they hold none. */
  readonly slots: number;
  /** How long one of its generations takes, milliseconds: learned, or expected. */
  readonly expectMs: number;
  /** Jobs that wait in it. */
  readonly jobs: number;
}

/**
 * The lane to hand over from next; null when none can go. Higher priorities first. Among equals, those with the rarest limit: a place in
 * a window of submissions is lost when it is not used, and of two slot limits the smaller is the one that must never stand idle. Among
 * those, the order of the manifest, until the shorter jobs that are left would only just fill the gaps which the longest leave at the end:
 * from then on the longest go first, so that a batch does not end with one slot at work and the others idle.
 */
export function nextLane<Lane extends ReadyLane>(lanes: readonly Lane[]): Lane | null {
  let first: Lane | null = null;
  for (const lane of lanes) if (first === null || goesBefore(lane, first)) first = lane;
  if (first === null) return null;
  let best = first;
  for (const lane of lanes) {
    if (isEqual(lane, first) && lane.expectMs > best.expectMs && isPressing(lane, lanes)) best = lane;
  }
  return best;
}

function goesBefore(lane: ReadyLane, other: ReadyLane): boolean {
  if (lane.priority !== other.priority) return lane.priority > other.priority;
  if (lane.rare !== other.rare) return lane.rare;
  if (lane.slots !== other.slots) return lane.slots < other.slots;
  return lane.seq < other.seq;
}

function isEqual(lane: ReadyLane, other: ReadyLane): boolean {
  return lane.priority === other.priority && lane.rare === other.rare && lane.slots === other.slots;
}

/** What is shorter and still waits keeps the slots busy for no longer than one job of this lane takes. */
function isPressing(lane: ReadyLane, lanes: readonly ReadyLane[]): boolean {
  let shorterMs = 0;
  // What has a window of its own does not wait for what has none.
  for (const each of lanes) if (each.expectMs < lane.expectMs && (each.rare || !lane.rare)) shorterMs += each.jobs * each.expectMs;
  return shorterMs <= lane.slots * lane.expectMs;
}
