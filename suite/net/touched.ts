import { isDeepStrictEqual } from "node:util";
import { type NetworkModel, vlanOf } from "@/contract/network-model";

/** What everything of a setting stands on: its bond, or its NIC. */
const rootOf = (base: string): string => vlanOf(base)?.parent ?? base;

const ofRoots = ({ bonds, settings, ...rest }: NetworkModel, isMeant: (root: string) => boolean): NetworkModel => ({
  ...rest,
  bonds: bonds.filter(({ name }) => isMeant(name)),
  settings: settings.filter(({ base }) => isMeant(rootOf(base))),
});

const rootsOf = ({ bonds, settings }: NetworkModel): string[] => [
  ...bonds.map(({ name }) => name),
  ...settings.map(({ base }) => rootOf(base)),
];

/**
 * The parts of two models that differ, each with all that carries it: guests on the other networks need not notice. A NIC that
 * moves is in both. Two models that do not differ are whole: then it is not the model that is out of line.
 */
export function touched(from: NetworkModel, to: NetworkModel): { from: NetworkModel; to: NetworkModel } {
  const isDifferent = (root: string): boolean => {
    const [before, after] = [from, to].map((model) => ofRoots(model, (one) => one === root));
    return !isDeepStrictEqual(before, after);
  };
  const different = new Set([...rootsOf(from), ...rootsOf(to)].filter(isDifferent));
  if (different.size === 0) return { from, to };
  const isMeant = (root: string): boolean => different.has(root);
  return { from: ofRoots(from, isMeant), to: ofRoots(to, isMeant) };
}
