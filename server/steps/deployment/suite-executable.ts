import { suitePaths } from "@/contract/node-setup";
import { say } from "@/contract/sentence";
import {
  type DeployContext,
  type DeploymentAssets,
  type DeployStep,
  nodeNames,
} from "@/server/steps/deployment/deploy-step";

const digestOf = async (context: DeployContext): Promise<string | null> => {
  const { code, stdout } = await context.command(["sha256sum", suitePaths.executable], { allow: [1] });
  return code === 0 ? (stdout.split(" ")[0] ?? null) : null;
};

/** Comes before everything that changes a node: networks, Consul and HA are all set up by this one executable. */
export const suiteExecutable = (assets: DeploymentAssets): DeployStep => ({
  plan: (input) => ({
    id: "ensure-suite-executable",
    phase: "prepare",
    cells: nodeNames(input),
    commands: nodeNames(input).map((node) => ({
      node,
      text: `install -m 0755 «zsha ${assets.suite.version}, sha256 ${assets.suite.sha256.slice(0, 12)}…» ${suitePaths.executable}`,
    })),
    undo: {
      kind: "commands",
      commands: nodeNames(input).map((node) => ({ node, text: `rm -f ${suitePaths.executable}` })),
    },
    pointOfNoReturn: false,
    cancellable: true,
    softTimeoutSeconds: 60,
    timeoutSeconds: 900,
  }),
  definition: {
    id: "ensure-suite-executable",
    async precheck(context) {
      return (await digestOf(context)) === assets.suite.sha256
        ? { kind: "already", observed: say("suite-there", { version: assets.suite.version }) }
        : { kind: "ready" };
    },
    async run(context) {
      await context.host().upload(assets.suite.path, suitePaths.executable, {
        sha256: assets.suite.sha256,
        mode: 0o755,
        packedPath: assets.suite.packedPath,
        signal: context.signal,
        onProgress: (sent, total) => context.progress(total === 0 ? null : sent / total, null, null),
      });
    },
    async verify(context) {
      if ((await digestOf(context)) !== assets.suite.sha256) return { reached: false, missing: say("suite-differs") };
      const { stdout } = await context.command([suitePaths.executable, "-v"]);
      return {
        reached: true,
        observed: say("suite-answers", { version: /\d+\.\d+\.\d+\S*/.exec(stdout)?.[0] ?? "?" }),
      };
    },
    async undo(context) {
      await context.command(["rm", "-f", suitePaths.executable]);
      return { observed: say("file-gone", { path: suitePaths.executable }) };
    },
  },
});
