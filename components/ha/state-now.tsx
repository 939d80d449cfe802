"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { ObservedValue } from "@/components/cluster/observed-value";
import { PhaseFigures } from "@/components/ha/phase-figures";
import { ProfileText } from "@/components/ha/profile-text";
import { ActorName } from "@/components/run/actor-name";
import { ReadingAge } from "@/components/cluster/reading-age";
import { TimeAge, TimeAt } from "@/components/shell/time-age";
import { useSentence } from "@/components/shell/use-sentence";
import { type Definition, DefinitionList } from "@/components/ui/definition-list";
import { Panel } from "@/components/ui/panel";
import { StateMark } from "@/components/ui/state-mark";
import type { ClusterStatus } from "@/contract/cluster-status";
import type { OwnerRecord } from "@/contract/consul-keys";
import type { HaStatus } from "@/contract/ha-status";

/** The holder writes its line every ten seconds; three missed and its lease is about to end or has ended. */
const leaseStaleSeconds = 30;

/** What is so this second. Owner, lease and intent come from Consul's own stream, the rest from `zsha status`. */
export function StateNow({ status }: { status: ClusterStatus }) {
  const t = useTranslations("ha.now");
  const { ha } = status;
  const items: Definition[] = [
    { key: "owner", term: t("owner"), value: <Owner status={status} /> },
    { key: "lease", term: t("lease"), value: <Lease status={status} /> },
    { key: "intent", term: t("intent"), value: <Intent status={status} /> },
    {
      key: "fence",
      term: t("fence"),
      value: <ObservedValue reading={ha}>{({ fence }) => <Fence fence={fence} />}</ObservedValue>,
    },
    {
      key: "profile",
      term: t("profile"),
      value: <ObservedValue reading={ha}>{({ profile }) => <ProfileText profile={profile} />}</ObservedValue>,
    },
    {
      key: "last-start",
      term: t("lastStart"),
      value: <ObservedValue reading={ha}>{({ lastStart }) => <LastStart record={lastStart} />}</ObservedValue>,
    },
  ];
  return (
    <Panel title={t("title")} aside={<ReadingAge at={status.owner.at} />}>
      <DefinitionList items={items} />
    </Panel>
  );
}

function Owner({ status }: { status: ClusterStatus }) {
  const t = useTranslations("ha.now");
  const phase = useTranslations("cluster.ha.phase");
  return (
    <ObservedValue reading={status.owner}>
      {(owner) =>
        owner === null ? (
          <StateMark state="needs-you" label={t("ownerNone")} />
        ) : (
          <>
            <span className="font-semibold">{owner.node}</span>, {t("epoch", { epoch: owner.epoch })},{" "}
            {phase(owner.phase)} <TimeAge at={owner.at} className="text-xs text-muted" />
          </>
        )
      }
    </ObservedValue>
  );
}

function Lease({ status }: { status: ClusterStatus }) {
  const t = useTranslations("ha.now");
  return (
    <ObservedValue reading={status.owner}>
      {(owner) => (owner === null ? t("leaseNone") : <SignOfLife status={status} owner={owner} />)}
    </ObservedValue>
  );
}

function SignOfLife({ status, owner }: { status: ClusterStatus; owner: OwnerRecord }): ReactNode {
  const t = useTranslations("ha.now");
  const line = status.nodes.find(({ name }) => name === owner.node)?.suite;
  if (line === undefined || line.state === "unknown") return <StateMark state="unknown" label={t("leaseUnknown")} />;
  if (line.value === null) return <StateMark state="needs-you" label={t("leaseSilent", { node: owner.node })} />;
  return (
    <>
      {t("leaseHeld")} <ReadingAge at={line.value.at} staleAfterSeconds={leaseStaleSeconds} />
    </>
  );
}

function Intent({ status }: { status: ClusterStatus }) {
  const t = useTranslations("ha.now");
  const words = useTranslations("cluster.ha");
  return (
    <ObservedValue reading={status.intent}>
      {(intent) =>
        intent === null ? (
          words("intentNone")
        ) : (
          <>
            {words.rich("intentBy", {
              want: intent.want === "started" ? words("intentStarted") : words("intentStopped"),
              actor: intent.actor,
              by: () => <ActorName actor={intent.actor} />,
            })}
            <span className="block text-xs text-muted">
              {t("generation", { generation: intent.generation })} · <TimeAt at={intent.at} />
            </span>
          </>
        )
      }
    </ObservedValue>
  );
}

function Fence({ fence }: { fence: HaStatus["fence"] }) {
  const t = useTranslations("ha.now");
  const sentence = useSentence();
  return (
    <>
      <StateMark
        state={fence.armed ? "done" : "needs-you"}
        label={fence.armed ? t("armed") : t("notArmed")}
        className="font-normal text-ink"
      />
      <span className="block text-xs text-muted">{sentence(fence.because)}</span>
    </>
  );
}

function LastStart({ record }: { record: HaStatus["lastStart"] }) {
  const t = useTranslations("ha");
  const words = useTranslations("cluster.history");
  if (record === null) return t("now.lastStartNone");
  return (
    <>
      {words(`kinds.${record.kind}`)},{" "}
      {record.from === null ? record.node : words("from", { node: record.node, from: record.from })},{" "}
      <TimeAt at={record.at} />
      <PhaseFigures seconds={record.seconds} />
    </>
  );
}
