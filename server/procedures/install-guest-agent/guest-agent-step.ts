import { managementVmDomainName } from "@/contract/ha-config";
import type { InstallAgentInput } from "@/contract/lifecycle";
import { shellFile } from "@/lib/shell-file";
import type { StepContext } from "@/server/engine/step";

export type AgentContext = StepContext<InstallAgentInput>;

/** Where the bundle waits on the node of the management VM; the next one takes its place. */
export const stagedPath = "/var/lib/zsha/guest-agent/bundle.bin";
/** Manual 1.2.7.1. */
export const guestPath = ({ bundle }: InstallAgentInput): string => `/root/${bundle.fileName}`;

const script = (): readonly string[] => [
  "sh",
  "-c",
  shellFile("server/procedures/install-guest-agent/guest-agent.sh"),
  "guest-agent",
];

export const putCommand = (input: InstallAgentInput): readonly string[] => [
  ...script(),
  "put",
  managementVmDomainName,
  stagedPath,
  guestPath(input),
];

export const runCommand = (program: string, ...words: readonly string[]): readonly string[] => [
  ...script(),
  "run",
  managementVmDomainName,
  program,
  ...words,
];

/** Program and words as a person reads them in the plan. */
export const inGuest = (...words: readonly string[]): string => `virsh qemu-agent-command … ${words.join(" ")}`;
