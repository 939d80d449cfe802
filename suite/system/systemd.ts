import { AppError } from "@/contract/errors";
import { describeFailure, runCommand, succeeded } from "@/suite/system/run-command";

/** Longer than a unit's TimeoutStopSec, so that systemd's verdict arrives before ours. */
const systemctlTimeoutMs = 120_000;
/** A query that takes longer means a hung systemd; nothing further would work either. */
const queryTimeoutMs = 10_000;

export async function systemctl(...args: string[]): Promise<void> {
  const argv = ["systemctl", ...args];
  const result = await runCommand(argv, { timeoutMs: systemctlTimeoutMs });
  if (!succeeded(result)) throw new AppError("command-failed", describeFailure(argv, result));
}

export interface UnitState {
  /** "not-found" where there is no such unit. */
  load: string;
  active: string;
  sub: string;
  enabled: string;
}

export async function unitState(unit: string): Promise<UnitState> {
  const argv = ["systemctl", "show", unit, "--property=LoadState,ActiveState,SubState,UnitFileState"];
  const result = await runCommand(argv, { timeoutMs: queryTimeoutMs });
  if (!succeeded(result)) throw new AppError("command-failed", describeFailure(argv, result));
  const values = new Map(
    result.stdout.split("\n").map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
  const value = (name: string): string => values.get(name) ?? "";
  return {
    load: value("LoadState"),
    active: value("ActiveState"),
    sub: value("SubState"),
    enabled: value("UnitFileState"),
  };
}

/** In their order, by one program. */
export async function activeUnits(units: readonly string[]): Promise<boolean[]> {
  const argv = ["systemctl", "show", "--property=ActiveState", ...units];
  const result = await runCommand(argv, { timeoutMs: queryTimeoutMs });
  if (!succeeded(result)) throw new AppError("command-failed", describeFailure(argv, result));
  const states = result.stdout.split("\n").filter((line) => line !== "");
  return units.map((_, at) => states[at] === "ActiveState=active");
}

/** One property of a unit, as systemctl prints it. */
export async function systemdProperty(unit: string, name: string): Promise<string> {
  const argv = ["systemctl", "show", unit, `--property=${name}`, "--value"];
  const result = await runCommand(argv, { timeoutMs: queryTimeoutMs });
  if (!succeeded(result)) throw new AppError("command-failed", describeFailure(argv, result));
  return result.stdout.trim();
}

/** Waits until the unit is active and stays so for a moment: a program that dies at once is "active" for a blink. */
export async function waitActive(unit: string, timeoutMs: number): Promise<void> {
  const settleMs = 1_000;
  const pollMs = 200;
  const deadline = performance.now() + timeoutMs;
  let activeSince: number | null = null;
  for (;;) {
    const state = await unitState(unit);
    if (state.active === "active") {
      activeSince ??= performance.now();
      if (performance.now() - activeSince >= settleMs) return;
    } else activeSince = null;
    if (performance.now() > deadline) {
      throw new AppError("verification-failed", `${unit} does not stay up: it is ${state.active} (${state.sub})`, {
        facts: { unit, state: state.active },
        advice: `See "journalctl -u ${unit} -n 50".`,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
