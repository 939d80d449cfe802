import type { SuiteBuild } from "@/contract/suite-version";

/** The node suite's executable as the panel has it now: its own, or the newer one an operator put below the data directory. */
export interface SuiteBundle extends SuiteBuild {
  readonly path: string;
  /** The same by gzip, where the panel has it. */
  readonly packedPath?: string;
  readonly sha256: string;
  /** What it speaks with panels and other nodes (contract/version.ts). */
  readonly protocol: number;
}

export interface SuiteBundles {
  /** Looked for anew each time: a file put there while the panel runs counts. */
  newestSuite(): Promise<SuiteBundle>;
}
