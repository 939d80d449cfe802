import type { PreflightCheckId, PreflightResult } from "@/contract/preflight";

type Facts = PreflightResult["facts"];

/** One check's verdicts about one draft. `about` names the node, or null when the check is about all of them together. */
export interface Verdicts {
  pass(about: string | null, facts?: Facts): PreflightResult;
  fail(about: string | null, facts?: Facts, severity?: PreflightResult["severity"]): PreflightResult;
  unknown(about: string | null, facts?: Facts): PreflightResult;
}

export function verdicts(id: PreflightCheckId, severity: PreflightResult["severity"]): Verdicts {
  const say =
    (state: PreflightResult["state"]) =>
    (about: string | null, facts: Facts = {}, own = severity): PreflightResult => ({
      id,
      severity: own,
      node: about,
      state,
      facts,
    });
  return { pass: say("pass"), fail: say("fail"), unknown: say("unknown") };
}
