import { type Alias, isAlias, isCollection, isMap, isSeq } from 'yaml';
import { MAX_DEPTH } from './plain-json.ts';

/**
 * What every alias of a document stands for: the anchor of its name that was written last before it. Found in one pass; the library
 * itself looks through the whole document for each alias.
 */
export function aliasTargets(contents: unknown): ReadonlyMap<Alias, unknown> {
  const anchors = new Map<string, unknown>();
  const targets = new Map<Alias, unknown>();
  const visit = (node: unknown, depth: number): void => {
    // What is nested deeper is refused by whoever reads it.
    if (depth > MAX_DEPTH + 1) return;
    if (isAlias(node)) targets.set(node, anchors.get(node.source));
    else if (typeof node === 'object' && node !== null && 'anchor' in node && typeof node.anchor === 'string')
      anchors.set(node.anchor, node);
    if (!isCollection(node)) return;
    if (isSeq(node)) for (const item of node.items) visit(item, depth + 1);
    if (!isMap(node)) return;
    for (const pair of node.items) {
      visit(pair.key, depth + 1);
      visit(pair.value, depth + 1);
    }
  };
  visit(contents, 0);
  return targets;
}
