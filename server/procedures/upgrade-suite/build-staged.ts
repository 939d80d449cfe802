import { AppError } from "@/contract/errors";
import { buildPath, buildsDirectory } from "@/contract/lifecycle";
import { type Sentence, say } from "@/contract/sentence";
import { parseVersionText } from "@/contract/suite-version";
import type { UpgradeInput } from "@/contract/lifecycle";
import { sha256On, type UpgradeContext } from "@/server/procedures/upgrade-suite/upgrade-step";
import type { SuiteBundles } from "@/server/ports/suite-bundle";
import type { StepLine } from "@/server/steps/in-order";

const stepId = "ensure-build-staged";

/** Null: the whole build lies there and answers on this very node. Nothing is replaced before that is known of every node. */
async function missing(context: UpgradeContext): Promise<Sentence | null> {
  const { sha256, version } = context.input.to;
  if ((await sha256On(context, buildPath(sha256))) !== sha256) return say("build-not-staged");
  const { stdout } = await context.command([buildPath(sha256), "-v"]);
  const said = parseVersionText(stdout)?.version ?? "?";
  return said === version ? null : say("build-speaks", { said, version });
}

export const buildStagedLine = (bundles: SuiteBundles): StepLine<UpgradeInput> => ({
  plan: ({ order, to }) => ({
    id: stepId,
    phase: "prepare",
    cells: [...order],
    commands: order.map((node) => ({
      node,
      text: `install -m 0755 «zsha ${to.version}» ${buildPath(`${to.sha256.slice(0, 12)}…`)}`,
    })),
    undo: { kind: "none", because: say("build-harmless") },
    pointOfNoReturn: false,
    cancellable: true,
    softTimeoutSeconds: 60,
    timeoutSeconds: 900,
  }),
  definition: {
    id: stepId,
    async precheck(context) {
      if ((await missing(context)) === null)
        return { kind: "already", observed: say("build-staged", { version: context.input.to.version }) };
      return { kind: "ready" };
    },
    async run(context) {
      const { to } = context.input;
      if (to.from === "kept")
        throw new AppError("not-found", say("build-gone", { version: to.version, node: context.cell }));
      const bundle = await bundles.newestSuite();
      if (bundle.sha256 !== to.sha256) throw new AppError("plan-stale", say("build-other"));
      await context.command(["mkdir", "-p", "-m", "0700", buildsDirectory]);
      await context.host().upload(bundle.path, buildPath(to.sha256), {
        sha256: bundle.sha256,
        mode: 0o755,
        packedPath: bundle.packedPath,
        signal: context.signal,
        onProgress: (sent, total) => context.progress(total === 0 ? null : sent / total, null, null),
      });
    },
    async verify(context) {
      const reason = await missing(context);
      return reason === null
        ? { reached: true, observed: say("build-staged", { version: context.input.to.version }) }
        : { reached: false, missing: reason };
    },
  },
});
