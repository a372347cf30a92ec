import { Document, NodeIO } from '@gltf-transform/core';
import { encodePicture } from './picture.ts';

const io = new NodeIO();

/** What a model shows; equal values give equal bytes. */
export interface ModelSpec {
  readonly label: string;
  readonly seed: number;
  /** Without a texture the box is plain, as the documented `texture_quality: no` asks. */
  readonly textured: boolean;
}

/** A valid binary glTF: a box whose six sides show a label. */
export async function encodeModel(spec: ModelSpec): Promise<Uint8Array> {
  const document = new Document();
  const buffer = document.createBuffer();
  const { positions, normals, places, indices } = box();
  const array = (name: string, type: 'VEC2' | 'VEC3' | 'SCALAR', values: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>) =>
    document.createAccessor(name).setType(type).setArray(values).setBuffer(buffer);
  const material = document.createMaterial('side').setRoughnessFactor(0.8).setMetallicFactor(0);
  if (spec.textured) {
    const picture = { prompt: spec.label, label: 'sandbox', width: 128, height: 128, seed: spec.seed, format: 'png' } as const;
    material.setBaseColorTexture(
      document
        .createTexture('side')
        .setImage(await encodePicture(picture))
        .setMimeType('image/png'),
    );
  } else material.setBaseColorFactor([0.6, 0.6, 0.65, 1]);
  const primitive = document
    .createPrimitive()
    .setAttribute('POSITION', array('position', 'VEC3', positions))
    .setAttribute('NORMAL', array('normal', 'VEC3', normals))
    .setAttribute('TEXCOORD_0', array('place', 'VEC2', places))
    .setIndices(array('index', 'SCALAR', indices))
    .setMaterial(material);
  const node = document.createNode('box').setMesh(document.createMesh('box').addPrimitive(primitive));
  document.getRoot().setDefaultScene(document.createScene().addChild(node));
  return io.writeBinary(document);
}

/** A cube of side 1 around the origin: four corners a side, so that each side has its own normal and the whole texture. */
function box() {
  const positions: number[] = [];
  const normals: number[] = [];
  const places: number[] = [];
  const indices: number[] = [];
  for (const axis of [0, 1, 2])
    for (const sign of [1, -1]) {
      const first = positions.length / 3;
      for (const [u, v] of [
        [-0.5, -0.5],
        [0.5, -0.5],
        [0.5, 0.5],
        [-0.5, 0.5],
      ] as const) {
        const corner = [0, 0, 0];
        corner[axis] = sign * 0.5;
        corner[(axis + 1) % 3] = u * sign;
        corner[(axis + 2) % 3] = v;
        positions.push(...corner);
        normals.push(...[0, 1, 2].map((each) => (each === axis ? sign : 0)));
        places.push(u + 0.5, 0.5 - v);
      }
      indices.push(...[0, 1, 2, 0, 2, 3].map((step) => first + step));
    }
  return {
    positions: new Float32Array(positions),
    normals: new Float32Array(normals),
    places: new Float32Array(places),
    indices: new Uint16Array(indices),
  };
}
