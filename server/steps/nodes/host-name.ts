import { joiningNames } from "@/contract/node-change";
import { say } from "@/contract/sentence";
import { shown } from "@/server/steps/maintenance/maintenance-step";
import type { NodeChangeContext, NodeChangeStep } from "@/server/steps/nodes/node-change-step";

const naming = (name: string): string[] => ["hostnamectl", "set-hostname", name];
const nameNow = async (context: NodeChangeContext): Promise<string> =>
  (await context.command(["uname", "--nodename"])).stdout.trim();

/** Ceph's CRUSH places OSDs by the host's own name, and libvirt's migration certificates the peer: it comes first. */
export const hostNameStep: NodeChangeStep = {
  plan: (input) => ({
    id: "ensure-host-name",
    phase: "prepare",
    cells: joiningNames(input),
    commands: joiningNames(input).map((name) => shown(name, naming(name))),
    undo: {
      kind: "commands",
      commands: input.joining.map(({ name, hostNameBefore }) => shown(name, naming(hostNameBefore))),
      withoutNode: [],
    },
    pointOfNoReturn: false,
    softTimeoutSeconds: 10,
    timeoutSeconds: 60,
  }),
  definition: {
    id: "ensure-host-name",
    precheck: async (context) =>
      (await nameNow(context)) === context.cell
        ? { kind: "already", observed: say("host-named", { name: context.cell }) }
        : { kind: "ready" },
    async run(context) {
      await context.command(naming(context.cell));
    },
    async verify(context) {
      const found = await nameNow(context);
      return found === context.cell
        ? { reached: true, observed: say("host-named", { name: found }) }
        : { reached: false, missing: say("host-named-otherwise", { name: context.cell, found }) };
    },
    async undo(context) {
      const before = context.input.joining.find(({ name }) => name === context.cell)?.hostNameBefore ?? context.cell;
      await context.command(naming(before));
      return { observed: say("host-named", { name: before }) };
    },
  },
};
