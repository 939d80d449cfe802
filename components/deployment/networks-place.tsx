"use client";

import { useMutation } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useTRPC, useTRPCClient } from "@/components/client/trpc";
import { useDraft } from "@/components/deployment/draft-provider";
import { type NetworkEditing, NetworkEditingProvider } from "@/components/deployment/network-editing";
import { NetworkEditor } from "@/components/deployment/network-editor";
import { useProblemText } from "@/components/deployment/problem-text";
import { useErrorText } from "@/components/deployment/report-text";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import type { NetworkId, NetworkPlan } from "@/contract/network-plan";

const order: readonly NetworkId[] = ["storage", "management", "data"];

export function NetworksPlace() {
  const t = useTranslations("deployment.networks");
  const { draft, saver } = useDraft();
  const save = (plans: readonly NetworkPlan[]) =>
    saver.edit({ part: "networks", value: order.flatMap((id) => plans.find((plan) => plan.id === id) ?? []) });
  const replace = (next: NetworkPlan) => save([...draft.networks.filter((plan) => plan.id !== next.id), next]);
  const client = useTRPCClient();
  const editing: NetworkEditing = {
    nodes: draft.nodes.flatMap(({ facts }) => (facts === null ? [] : [{ name: facts.hostName, facts }])),
    plans: draft.networks,
    otherAddresses: (draft.config?.Network ?? []).map((card) => card.Ipaddr),
    fixedBecause: null,
    noBlinkBecause: null,
    blink: async (node, nic) => {
      await saver.flush();
      await client.deployment.blink.mutate({ draftId: draft.id, node, nic });
    },
  };
  return (
    <NetworkEditingProvider value={editing}>
      <p className="max-w-prose text-muted">{t("explain")}</p>
      {order.map((id) => {
        const plan = draft.networks.find((each) => each.id === id);
        if (plan === undefined)
          return (
            <Banner
              key={id}
              tone="note"
              title={t("notPlanned", { network: id })}
              actions={
                <Button
                  onClick={() =>
                    replace(
                      emptyPlan(
                        id,
                        draft.nodes.flatMap((node) => node.facts?.hostName ?? []),
                      ),
                    )
                  }
                >
                  {t("plan")}
                </Button>
              }
            />
          );
        return (
          <NetworkEditor
            key={id}
            plan={plan}
            onChange={replace}
            onRemove={id === "data" ? () => save(draft.networks.filter((each) => each.id !== "data")) : undefined}
          />
        );
      })}
      <AddressCheck />
    </NetworkEditingProvider>
  );
}

const emptyPlan = (id: NetworkId, nodes: readonly string[]): NetworkPlan => ({
  id,
  link: "single",
  bond: null,
  bridge: id !== "data",
  mtu: 1500,
  prefixLength: id === "data" ? null : 24,
  gateway: null,
  onNodes: nodes.map((node) => ({ node, nics: [], ip: null })),
});

/** Asks the wire whether somebody has the addresses already. */
function AddressCheck() {
  const t = useTranslations("deployment.networks");
  const trpc = useTRPC();
  const problemText = useProblemText();
  const errorText = useErrorText();
  const { draft, saver } = useDraft();
  const check = useMutation(trpc.deployment.checkAddresses.mutationOptions());
  const run = async () => {
    await saver.flush();
    check.mutate({ draftId: draft.id });
  };
  return (
    <section className="flex flex-col items-start gap-2" aria-label={t("check")}>
      <Button pending={check.isPending} onClick={() => void run()}>
        {t("check")}
      </Button>
      <div aria-live="polite">
        {check.error && <p className="text-xs text-failed">{errorText(check.error)}</p>}
        {check.data?.length === 0 && <p className="text-xs text-good">{t("free")}</p>}
        <ul>
          {check.data?.map((problem) => (
            <li
              key={problem.path}
              className={problem.severity === "error" ? "text-xs text-failed" : "text-xs text-needs"}
            >
              {problemText(problem)}
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
