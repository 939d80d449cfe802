import type { TimeoutProvider } from "@tanstack/react-query";

/** Shorter: fewer questions meet. Longer: one that is asked every ten seconds is late or early by as much. */
export const beatMs = 5_000;

interface Repeated {
  dueMs: number;
  readonly delayMs: number;
  readonly act: () => void;
}

/**
 * Timers for questions that are asked again and again: those of ten seconds and more wait for the page's common beat, so that they go
 * out together, as one request, and the browser sleeps in between. What is due sooner is not touched. Every page has a beat of its own: on a
 * common one the panel would be asked by all of them at once and answer nobody in time.
 */
export function timersOnBeat(phaseMs = Math.random() * beatMs): TimeoutProvider<number> {
  const repeated = new Map<number, Repeated>();
  let last = 0;
  let waking: ReturnType<typeof setTimeout> | undefined;

  const dueAfter = (delayMs: number): number =>
    Math.round((Date.now() + delayMs - phaseMs) / beatMs) * beatMs + phaseMs;
  const wait = (): void => {
    clearTimeout(waking);
    const dueMs = Math.min(...[...repeated.values()].map((one) => one.dueMs));
    if (Number.isFinite(dueMs)) waking = setTimeout(strike, Math.max(0, dueMs - Date.now()));
  };
  const strike = (): void => {
    const due = [...repeated.values()].filter(({ dueMs }) => dueMs <= Date.now());
    for (const one of due) one.dueMs = dueAfter(one.delayMs);
    wait();
    for (const { act } of due) act();
  };

  return {
    setTimeout: (act, delayMs) => Number(setTimeout(act, delayMs)),
    clearTimeout: (id) => clearTimeout(id),
    setInterval: (act, delayMs) => {
      if (delayMs < 2 * beatMs) return Number(setInterval(act, delayMs));
      // Negative: no browser's own timer has such a number.
      last -= 1;
      repeated.set(last, { dueMs: dueAfter(delayMs), delayMs, act });
      wait();
      return last;
    },
    clearInterval: (id) => {
      if (id === undefined || id >= 0) return clearInterval(id);
      repeated.delete(id);
      wait();
    },
  };
}
