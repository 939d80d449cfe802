import { z } from "zod";
import { managementVmDomainName } from "@/contract/ha-config";

/** What qemu-guest-agent inside the management VM is asked, through libvirt on its node. Only looks. */
export const agentArgv = (command: Readonly<Record<string, unknown>>): readonly string[] => [
  "virsh",
  "--quiet",
  "qemu-agent-command",
  managementVmDomainName,
  "--timeout",
  "5",
  JSON.stringify(command),
];

export const agentInfoCommand = { execute: "guest-info" } as const;
export const agentInfoSchema = z.object({
  return: z.object({
    version: z.string(),
    supported_commands: z.array(z.object({ name: z.string(), enabled: z.boolean() })),
  }),
});

/** Manual 1.2.7.1: the embedded service suite tells its version by `zin -v`. */
export const zinVersionCommand = {
  execute: "guest-exec",
  arguments: { path: "zin", arg: ["-v"], "capture-output": true },
} as const;
export const startedSchema = z.object({ return: z.object({ pid: z.number() }) });

export const endedCommand = (pid: number) => ({ execute: "guest-exec-status", arguments: { pid } });
export const endedSchema = z.object({
  return: z.object({ exited: z.boolean(), exitcode: z.number().optional(), "out-data": z.string().optional() }),
});

/** The agent's words for a program that is not there; anything else is not known. */
export const saysNotThere = (stderr: string): boolean => /Failed to execute child process|No such file/.test(stderr);
