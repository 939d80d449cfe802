import type { NetworkChangeInput } from "@/contract/network-change";
import { suitePaths } from "@/contract/node-setup";
import { say } from "@/contract/sentence";
import { compareVersions, parseVersionText } from "@/contract/suite-version";
import { productVersion } from "@/contract/version";
import type { StepContext, StepDefinition } from "@/server/engine/step";

const stepId = "verify-suite-version";
const command = [suitePaths.executable, "-v"];

async function versionOn(context: StepContext<NetworkChangeInput>): Promise<string> {
  const { stdout } = await context.command(command);
  return stdout.split("\n")[0] ?? "";
}

/** A node may be ahead of its panel, by an upgrade. */
const isNewEnough = (text: string): boolean =>
  (compareVersions(parseVersionText(text)?.version ?? "", productVersion) ?? -1) >= 0;

/** An older suite on one node knows no guard: it would change alone, and stay when the others go back. */
export const suiteVersionStep: StepDefinition<NetworkChangeInput> = {
  id: stepId,
  async precheck(context) {
    const version = await versionOn(context);
    return isNewEnough(version)
      ? { kind: "already", observed: say("suite-answers", { version }) }
      : {
          kind: "blocked",
          reason: say("suite-other-version", { node: context.cell, version, wanted: productVersion }),
        };
  },
  async run(context) {
    await versionOn(context);
  },
  async verify(context) {
    const version = await versionOn(context);
    return isNewEnough(version)
      ? { reached: true, observed: say("suite-answers", { version }) }
      : {
          reached: false,
          missing: say("suite-other-version", { node: context.cell, version, wanted: productVersion }),
        };
  },
};
