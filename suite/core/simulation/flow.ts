/** Something that takes time in several steps. Between two steps its process may be frozen, or killed for good. */
export type Wait = (resume: () => void) => void;
export type Flow<T> = Generator<Wait, T, void>;

/** `gate` decides when, and whether at all, the next step may run. */
export function drive<T>(flow: Flow<T>, gate: (run: () => void) => void, done: (value: T) => void): void {
  const next = (): void =>
    gate(() => {
      const step = flow.next();
      if (step.done === true) done(step.value);
      else step.value(next);
    });
  next();
}

/** Waits for a call that answers once, and returns what it answered. */
export function* called<T>(call: (answer: (value: T) => void) => void): Flow<T> {
  const box: { value: T }[] = [];
  yield (resume) =>
    call((value) => {
      box.push({ value });
      resume();
    });
  const [answered] = box;
  if (answered === undefined) throw new Error("resumed without an answer");
  return answered.value;
}
