import { clusterSecretRef, clusterSecretsSchema } from "@/contract/cluster-secrets";
import type { InputNode } from "@/contract/deployment-input";
import type { HaStatus } from "@/contract/ha-status";
import { joiningNames, type NodeChangeInput, nodeChangeInputSchema, stayingNames } from "@/contract/node-change";
import { clusterCell, commandsOfCell, type PlannedCommand, type ProcedureKind } from "@/contract/run";
import type { ProcedureDefinition, StepContext } from "@/server/engine/step";
import type { DeployContext, DeploymentAssets, DeployStep } from "@/server/steps/deployment/deploy-step";
import { inOrder, type StepLine } from "@/server/steps/in-order";
import { onAnyOf, statusOf } from "@/server/steps/maintenance/maintenance-step";

export type NodeChangeContext = StepContext<NodeChangeInput>;

/** What the panel knows of its nodes: the last thing a node that left is taken from. */
export interface NodeRegister {
  names(clusterId: string): Promise<string[]>;
  /** Those it knows already stay as they are. */
  enter(clusterId: string, nodes: readonly InputNode[]): Promise<void>;
  forget(clusterId: string, names: readonly string[]): Promise<void>;
}
export interface NodeChangeAssets extends DeploymentAssets {
  readonly register: NodeRegister;
}

export type NodeChangeStep = StepLine<NodeChangeInput>;

/** Asked before a machine was chosen, the plan shows what needs none. */
const planned =
  (step: NodeChangeStep): NodeChangeStep["plan"] =>
  (input) => {
    const line = step.plan(input);
    return line === null || line.cells.length === 0 ? null : line;
  };

export const nodeChangeProcedure = (
  kind: ProcedureKind,
  table: readonly NodeChangeStep[],
): ProcedureDefinition<NodeChangeInput> =>
  inOrder(
    kind,
    (json) => nodeChangeInputSchema.parse(json),
    table.map((step) => ({ plan: planned(step), definition: step.definition })),
  );

export const asDeployment = (context: NodeChangeContext): DeployContext => ({
  ...context,
  input: context.input.deployment,
});

/** A step of the first deployment, on the machines that `cellsOf` names only. */
function ofDeployment(
  step: DeployStep,
  cellsOf: (input: NodeChangeInput) => readonly string[],
  withoutNode: { readonly withoutNode?: PlannedCommand[] } = {},
): NodeChangeStep {
  const { undo } = step.definition;
  return {
    plan(input) {
      const whole = step.plan(input.deployment);
      if (whole === null) return null;
      const wanted = cellsOf(input);
      const cells = whole.cells.filter((cell) => wanted.includes(cell));
      if (cells.length === 0) return null;
      const ofCells = (commands: readonly PlannedCommand[]) => cells.flatMap((cell) => commandsOfCell(commands, cell));
      const undone =
        whole.undo.kind === "none"
          ? whole.undo
          : { ...whole.undo, commands: ofCells(whole.undo.commands), ...withoutNode };
      return { ...whole, cells, commands: ofCells(whole.commands), undo: undone };
    },
    definition: {
      id: step.definition.id,
      precheck: (context) => step.definition.precheck(asDeployment(context)),
      run: (context) => step.definition.run(asDeployment(context)),
      verify: (context) => step.definition.verify(asDeployment(context)),
      ...(undo === undefined ? {} : { undo: (context: NodeChangeContext) => undo(asDeployment(context)) }),
    },
  };
}

/** What it does lies on the machine alone, and is gone with it; a step that the others know of says so itself. */
export const onJoining = (step: DeployStep): NodeChangeStep => ofDeployment(step, joiningNames, { withoutNode: [] });
/** Where it is done already nothing happens: a manager that the dead node had comes up on one that lives. */
export const onAllNodes = (step: DeployStep): NodeChangeStep =>
  ofDeployment(step, ({ deployment }) => deployment.nodes.map(({ name }) => name));
export const onCluster = (step: DeployStep): NodeChangeStep => ofDeployment(step, () => [clusterCell]);

export const leavingNames = ({ leaving }: Pick<NodeChangeInput, "leaving">): string[] =>
  leaving.map(({ name }) => name);
/** OSDs of the nodes that leave, or of one of them. */
export const leavingOsds = ({ leaving }: NodeChangeInput, name?: string): number[] =>
  leaving.filter((node) => name === undefined || node.name === name).flatMap(({ osds }) => osds);
export const stayingIps = (input: NodeChangeInput): string[] => {
  const names = stayingNames(input);
  return input.deployment.nodes.filter(({ name }) => names.includes(name)).map(({ storageIp }) => storageIp);
};

/** The storage address of a machine that joins: what Consul knows it by. */
export const joiningIp = ({ deployment }: NodeChangeInput, name: string): string =>
  deployment.nodes.find((node) => node.name === name)?.storageIp ?? "";
/** A planned undo with what the others do where one of these machines is gone for good. */
export function separable(
  line: ReturnType<NodeChangeStep["plan"]>,
  elsewhere: (node: string) => readonly PlannedCommand[],
): ReturnType<NodeChangeStep["plan"]> {
  if (line === null || line.undo.kind === "none") return line;
  const withoutNode = line.cells.flatMap((cell) => elsewhere(cell).map((command) => ({ ...command, cell })));
  return { ...line, undo: { ...line.undo, withoutNode } };
}

export const helperOf = (input: NodeChangeInput): string => stayingNames(input)[0] ?? "";
export const makesCeph = ({ deployment }: NodeChangeInput): boolean => deployment.storage.mode === "bootstrap";

/** Repeated without harm on the first node that stays and answers. */
export const onStaying = (
  context: NodeChangeContext,
  argv: readonly string[],
  options: { allow?: readonly number[]; timeoutMs?: number } = {},
): ReturnType<typeof onAnyOf> => onAnyOf(context, stayingNames(context.input), argv, options);

export const haNow = (context: NodeChangeContext): Promise<HaStatus> => statusOf(context, stayingNames(context.input));

/** The token reaches the program in its environment, from standard input: never on a command line. */
const withToken = 'CONSUL_HTTP_TOKEN="$(cat)" exec consul "$@"';
export const consulShown = (words: readonly string[]): readonly string[] => ["consul", ...words];

export async function consul(
  context: NodeChangeContext,
  node: string,
  words: readonly string[],
  options: { allow: readonly number[]; timeoutMs?: number },
): Promise<{ code: number; stdout: string; stderr: string }> {
  const secrets = clusterSecretsSchema.parse(
    JSON.parse(await context.secret(clusterSecretRef(context.plan.clusterId))),
  );
  return await context.command(["sh", "-c", withToken, "sh", ...words], {
    node,
    stdin: secrets.managementToken,
    ...options,
  });
}
