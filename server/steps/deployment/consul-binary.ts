import { AppError } from "@/contract/errors";
import { say } from "@/contract/sentence";
import {
  type DeployContext,
  type DeploymentAssets,
  type DeployStep,
  inputNodeOf,
  nodeNames,
  outputOf,
} from "@/server/steps/deployment/deploy-step";

/** Where the bundle's binary waits on a node; the node's set-up installs it from here after checking it again. */
export const stagedConsulPath = "/var/lib/trivet/consul";

const installCommand = (manager: string): string[] =>
  manager === "apt"
    ? ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "--no-install-recommends", "consul"]
    : [manager, "-y", "install", "consul"];

const versionOf = async (context: DeployContext, path: string): Promise<string | null> => {
  const { code, stdout } = await context.command([path, "version"], { allow: [1, 2, 126, 127] });
  return code === 0 ? (/v?(\d+\.\d+\.\d+)/.exec(stdout)?.[1] ?? null) : null;
};

/** Consul comes from the operator's bundle or from the node's own repositories; nothing is fetched behind anybody's back. */
export const consulBinary = (assets: DeploymentAssets): DeployStep => ({
  plan: (input) => {
    const { consul } = input.software;
    return {
      id: "ensure-consul-binary",
      phase: "prepare",
      cells: nodeNames(input),
      commands: input.nodes.map((node) => ({
        node: node.name,
        text:
          consul.from === "bundle"
            ? `install -m 0755 «consul ${consul.version}, sha256 ${consul.sha256.slice(0, 12)}…» ${stagedConsulPath}`
            : installCommand(node.packageManager).join(" "),
      })),
      undo:
        consul.from === "bundle"
          ? {
              kind: "commands",
              commands: nodeNames(input).map((node) => ({ node, text: `rm -f ${stagedConsulPath}` })),
            }
          : { kind: "none", because: say("package-unconfigured") },
      pointOfNoReturn: false,
      softTimeoutSeconds: 60,
      timeoutSeconds: 900,
    };
  },
  definition: {
    id: "ensure-consul-binary",
    async precheck(context) {
      const { consul } = context.input.software;
      if (consul.from === "repository") {
        const found = await versionOf(context, "consul");
        if (found !== null) return { kind: "already", observed: say("consul-there", { version: found }) };
        return inputNodeOf(context.input, context.cell).packageManager === "none"
          ? {
              kind: "blocked",
              reason: say("consul-none-anywhere"),
            }
          : { kind: "ready" };
      }
      const bundle = await assets.consul();
      if (bundle === null) return { kind: "blocked", reason: say("consul-none-given") };
      if (bundle.sha256 !== consul.sha256) return { kind: "blocked", reason: say("consul-other-binary") };
      return { kind: "ready" };
    },
    async run(context) {
      const { consul } = context.input.software;
      if (consul.from === "repository") {
        outputOf(
          await context.detached(installCommand(inputNodeOf(context.input, context.cell).packageManager)),
          say("work-installing-consul"),
          context.cell,
        );
        return;
      }
      const bundle = await assets.consul();
      if (bundle === null)
        throw new AppError("missing-tool", say("panel-no-consul"), {
          facts: { node: context.cell, tool: "consul" },
        });
      await context.command(["mkdir", "-p", "/var/lib/trivet"]);
      await context.host().upload(bundle.path, stagedConsulPath, {
        sha256: bundle.sha256,
        mode: 0o755,
        packedPath: bundle.packedPath,
        signal: context.signal,
        onProgress: (sent, total) => context.progress(total === 0 ? null : sent / total, null, null),
      });
    },
    async verify(context) {
      const { consul } = context.input.software;
      const found = await versionOf(context, consul.from === "bundle" ? stagedConsulPath : "consul");
      if (found === null) return { reached: false, missing: say("consul-does-not-run") };
      if (consul.from === "bundle" && found !== consul.version)
        return { reached: false, missing: say("consul-other-version", { found, planned: consul.version }) };
      return { reached: true, observed: say("consul-runs", { version: found }) };
    },
    async undo(context) {
      if (context.input.software.consul.from === "bundle") await context.command(["rm", "-f", stagedConsulPath]);
      return { observed: say("consul-unstaged") };
    },
  },
});
