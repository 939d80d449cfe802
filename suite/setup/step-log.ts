import { AppError } from "@/contract/errors";
import { formatErrorChain } from "@/lib/error-chain";

export interface StepRecord {
  step: string;
  changed: boolean;
  /** What was seen afterwards, one sentence. */
  observed: string;
  seconds: number;
}

/** What a step did, as seen on the machine after it. */
export interface Observation {
  changed: boolean;
  observed: string;
}

/** Runs steps one after the other; the first one that fails ends it with an error that names the step. */
export class StepLog {
  readonly records: StepRecord[] = [];

  constructor(private readonly onStep: (record: StepRecord) => void) {}

  async run(step: string, action: () => Promise<Observation>): Promise<void> {
    const startedAt = performance.now();
    try {
      const { changed, observed } = await action();
      const record = { step, changed, observed, seconds: Math.round(performance.now() - startedAt) / 1000 };
      this.records.push(record);
      this.onStep(record);
    } catch (error) {
      const told = error instanceof AppError ? error : null;
      throw new AppError(told?.code ?? "internal", `${step}: ${told ? told.message : formatErrorChain(error)}`, {
        facts: { ...told?.facts, step },
        ...(told?.advice === undefined ? {} : { advice: told.advice }),
        cause: told?.cause,
      });
    }
  }
}
