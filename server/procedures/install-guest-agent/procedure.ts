import { type InstallAgentInput, installAgentInputSchema } from "@/contract/lifecycle";
import { agentInstalledLine } from "@/server/procedures/install-guest-agent/agent-installed";
import { bundleInVmLine, type UploadedFiles } from "@/server/procedures/install-guest-agent/bundle-in-vm";
import { inOrder } from "@/server/steps/in-order";
import { guardsLine } from "@/server/steps/lifecycle/guards-line";

/** Manual 1.2.7.1: the embedded service suite's bundle into the management VM, and run there. */
export const installGuestAgentProcedure = (files: UploadedFiles) =>
  inOrder<InstallAgentInput>("install-guest-agent", (json) => installAgentInputSchema.parse(json), [
    guardsLine("install-guest-agent"),
    bundleInVmLine(files),
    agentInstalledLine,
  ]);
