"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { LiveCluster } from "@/components/cluster/live-cluster";
import { useNodeFacts } from "@/components/cluster/use-node-facts";
import { paths } from "@/components/client/paths";
import { useTRPC, useTRPCClient } from "@/components/client/trpc";
import { FieldProblems } from "@/components/deployment/field-problems";
import { type NetworkEditing, NetworkEditingProvider } from "@/components/deployment/network-editing";
import { NetworkEditor } from "@/components/deployment/network-editor";
import { useProblemText } from "@/components/deployment/problem-text";
import { ApplyPanel } from "@/components/network-change/apply-panel";
import { ChangePreview } from "@/components/network-change/change-preview";
import { useErrorText } from "@/components/shell/error-report";
import { PageHeader } from "@/components/shell/page-header";
import { useSentence } from "@/components/shell/use-sentence";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { buttonStyles } from "@/components/ui/button-styles";
import { Skeleton } from "@/components/ui/skeleton";
import type { ClusterStatus } from "@/contract/cluster-status";
import { planProblems } from "@/contract/network-problems";
import type { NetworkPlan } from "@/contract/network-plan";

export interface NetworkChangePageProps {
  clusterId: string;
  mayOperate: boolean;
}

/** Change a running cluster's networks: edit, look at what would be done, apply with a way back. */
export function NetworkChangePage({ clusterId, mayOperate }: NetworkChangePageProps) {
  return (
    <LiveCluster clusterId={clusterId}>
      {(status) => <Change status={status} nodes={status.nodes.map(({ name }) => name)} mayOperate={mayOperate} />}
    </LiveCluster>
  );
}

interface ChangeProps {
  status: ClusterStatus;
  nodes: readonly string[];
  mayOperate: boolean;
}

function Change({ status, nodes, mayOperate }: ChangeProps) {
  const t = useTranslations("network.change-page");
  const errorText = useErrorText();
  const { clusterId } = status;
  // Read once: while one edits, what one began with must not move underneath.
  const current = useQuery(useTRPC().network.current.queryOptions({ clusterId }, { staleTime: Infinity, gcTime: 0 }));
  return (
    <>
      <PageHeader
        title={t("title", { cluster: status.name })}
        note={t("note")}
        actions={
          <Link href={paths.clusterNetworks(clusterId)} className={buttonStyles({ variant: "secondary" })}>
            {t("back")}
          </Link>
        }
      />
      {current.isPending && <Skeleton className="h-96" />}
      {current.error !== null && (
        <Banner tone="unknown" title={t("unreadable")}>
          {errorText(current.error)}
        </Banner>
      )}
      {current.data !== undefined && (
        <Editing status={status} nodes={nodes} mayOperate={mayOperate} before={current.data} />
      )}
    </>
  );
}

function Editing({ status, nodes, mayOperate, before }: ChangeProps & { before: readonly NetworkPlan[] }) {
  const t = useTranslations("network.change-page");
  const network = useTranslations("network");
  const errorText = useErrorText();
  const problemText = useProblemText();
  const sentence = useSentence();
  const trpc = useTRPC();
  const client = useTRPCClient();
  const { clusterId } = status;
  const [plans, setPlans] = useState<readonly NetworkPlan[]>(before);
  const preview = useMutation(trpc.network.preview.mutationOptions());
  const asked = preview.variables?.networks;
  const isAsked = JSON.stringify(asked) === JSON.stringify(plans);
  // From the question on what would be done: what is applied is what was shown.
  const readings = useNodeFacts(clusterId, nodes, isAsked && preview.error === null);
  const known = status.nodes.flatMap(({ name, address }) => {
    const facts = readings[name];
    return facts?.state === "known" ? [{ name, address, facts: facts.value }] : [];
  });
  const unread = status.nodes.filter(({ name }) => !known.some((node) => node.name === name));
  const problems = planProblems(plans, known);
  const errors = problems.filter(({ severity }) => severity === "error");
  const isChanged = JSON.stringify(plans) !== JSON.stringify(before);
  const isShown = preview.data !== undefined && isAsked;
  const noRole = mayOperate ? null : network("needsOperator");
  const editing: NetworkEditing = {
    nodes: known,
    plans,
    otherAddresses: status.ha.state === "known" ? status.ha.value.managementIps : [],
    fixedBecause: t("fixed"),
    noBlinkBecause: noRole,
    blink: (node, nic) => client.network.blink.mutate({ clusterId, node, nic }),
  };
  const waiting = unread.length > 0 ? t("factsMissing", { nodes: unread.map(({ name }) => name).join(", ") }) : null;
  const [firstError] = errors;
  const notNow = noRole ?? waiting ?? (firstError === undefined ? null : problemText(firstError));
  return (
    <div className="flex flex-col gap-4">
      <Banner tone="note" title={t("fixedTitle")}>
        {t("fixed")}
      </Banner>
      {unread.map(({ name }) => {
        const reading = readings[name];
        return reading?.state === "unknown" ? (
          <Banner key={name} tone="unknown" title={t("unread", { node: name })}>
            {sentence(reading.reason)}
          </Banner>
        ) : (
          <Skeleton key={name} className="h-10" />
        );
      })}
      <FieldProblems value={unread.length > 0 ? [] : problems}>
        <NetworkEditingProvider value={editing}>
          {plans.map((plan) => (
            <NetworkEditor
              key={plan.id}
              plan={plan}
              onChange={(next) => setPlans(plans.map((each) => (each.id === next.id ? next : each)))}
            />
          ))}
        </NetworkEditingProvider>
      </FieldProblems>
      <div className="flex flex-wrap items-center gap-2">
        <Button
          variant={isShown ? "secondary" : "primary"}
          disabledReason={notNow}
          pending={preview.isPending}
          onClick={() => preview.mutate({ clusterId, networks: [...plans] })}
        >
          {preview.isPending ? t("previewing") : t("preview")}
        </Button>
        <Button variant="quiet" disabledReason={isChanged ? null : t("unchanged")} onClick={() => setPlans(before)}>
          {t("reset")}
        </Button>
        <span aria-live="polite" className="text-muted">
          {preview.data !== undefined && !isShown && t("outdated")}
        </span>
      </div>
      {preview.error !== null && (
        <Banner alert tone="failed" title={t("previewFailed")}>
          {errorText(preview.error)}
        </Banner>
      )}
      {isShown && preview.data !== undefined && (
        <>
          <ChangePreview nodes={preview.data} />
          <ApplyPanel
            clusterId={clusterId}
            clusterName={status.name}
            plans={plans}
            notNow={notNow ?? (preview.data.every(({ result }) => !result.changed) ? t("nothing") : null)}
          />
        </>
      )}
    </div>
  );
}
