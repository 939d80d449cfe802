import type { Fault } from "@/testing/faults/fault";
import { lineFaults } from "@/testing/faults/line-faults";
import { migrationFaults } from "@/testing/faults/migration-faults";
import { nodeFaults } from "@/testing/faults/node-faults";
import { processFaults } from "@/testing/faults/process-faults";
import { serviceFaults } from "@/testing/faults/service-faults";

/** In the order in which one deployment serves them all: what leaves least behind comes first. */
export const faults: readonly Fault[] = [
  ...processFaults,
  ...nodeFaults,
  ...serviceFaults,
  ...lineFaults,
  ...migrationFaults,
];

/** By row number or by name. Throws when a word names nothing. */
export function chooseFaults(only: readonly string[], from: readonly Fault[] = faults): Fault[] {
  for (const word of only) {
    if (!from.some((fault) => isNamed(fault, word))) throw new RangeError(`no fault has the number or name "${word}"`);
  }
  return from.filter((fault) => only.length === 0 || only.some((word) => isNamed(fault, word)));
}

const isNamed = (fault: Fault, word: string): boolean => fault.row === word || fault.name === word;
