"use client";

import dynamic from "next/dynamic";
import { useSearchParams } from "next/navigation";
import { useTranslations } from "next-intl";
import { memo, useDeferredValue } from "react";
import { type Pictured, topologyOf } from "@/components/cluster/topology-model";
import { TopologyPicture } from "@/components/cluster/topology-picture";
import { TopologyTable } from "@/components/cluster/topology-table";
import { useNodeFacts } from "@/components/cluster/use-node-facts";
import { useTimeText } from "@/components/shell/use-time-text";
import { TimeAge } from "@/components/shell/time-age";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";
import { StateMark } from "@/components/ui/state-mark";
import { Unfolding } from "@/components/ui/unfolding";
import { useSame } from "@/components/ui/use-same";
import { isClockSkewed } from "@/contract/clock-skew";
import { sentenceText } from "@/contract/sentence";

// Nobody pays for it who does not look into a node.
const TopologyDetail = dynamic(() => import("@/components/cluster/topology-detail").then((m) => m.TopologyDetail), {
  loading: () => <Skeleton className="m-4 h-40" />,
});

/** The node in the address, so that a link to it can be sent. */
function useOpenNode(names: readonly string[]): string | null {
  const wanted = useSearchParams().get("node");
  return names.find((name) => name === wanted) ?? null;
}

function openNode(node: string | null): void {
  const { pathname } = window.location;
  window.history.replaceState(null, "", node === null ? pathname : `${pathname}?node=${encodeURIComponent(node)}`);
}

export const TopologyCard = memo(function TopologyCard(status: Pictured) {
  const t = useTranslations("cluster.topology");
  const { duration } = useTimeText();
  const facts = useNodeFacts(
    status.clusterId,
    status.nodes.map(({ name }) => name),
  );
  // The largest picture of the page is drawn in slices: nothing a person does meanwhile waits for it.
  const topology = useDeferredValue(useSame(topologyOf(status, facts)));
  const unread = status.nodes.flatMap(({ name }) => {
    const reading = facts[name];
    return reading?.state === "unknown" ? [{ node: name, reason: sentenceText(reading.reason) }] : [];
  });
  const open = useOpenNode(topology.nodes.map(({ name }) => name));
  const opened = status.nodes.find(({ name }) => name === open);
  const drawn = topology.nodes.find(({ name }) => name === open);
  const reading = open === null ? undefined : facts[open];
  const skewed = Object.entries(facts).flatMap(([node, each]) =>
    each.state === "known" && isClockSkewed(each.value) ? [{ node, offsetMs: each.value.clockOffsetMs }] : [],
  );
  const oldest = Object.values(facts)
    .map((reading) => reading.at)
    .sort()[0];
  return (
    <Panel
      title={t("title")}
      flush
      aside={oldest !== undefined && topology.networks.length > 0 && <TimeAge at={oldest} />}
    >
      <TopologyPicture topology={topology} open={open} onOpen={openNode} />
      {opened !== undefined && drawn !== undefined && (
        <TopologyDetail
          clusterId={status.clusterId}
          node={opened}
          drawn={drawn}
          facts={reading?.state === "known" ? reading.value : null}
          onClose={() => openNode(null)}
        />
      )}
      {skewed.length > 0 && (
        <ul className="flex flex-col gap-1 px-4 pb-3">
          {skewed.map(({ node, offsetMs }) => (
            <li key={node}>
              <StateMark
                state="needs-you"
                label={t(offsetMs > 0 ? "clockAhead" : "clockBehind", {
                  node,
                  time: duration(Math.abs(offsetMs) / 1000),
                })}
                className="font-normal"
              />
            </li>
          ))}
        </ul>
      )}
      {unread.length > 0 && (
        <ul className="flex flex-col gap-1 px-4 pb-3">
          {unread.map(({ node, reason }) => (
            <li key={node}>
              <StateMark state="unknown" label={t("linksUnknown", { node, reason })} className="font-normal" />
            </li>
          ))}
        </ul>
      )}
      <Unfolding className="border-t border-line" summary={t("asTable")} summaryClassName="px-4 py-2 text-muted">
        {() => (
          <div className="border-t border-line">
            <TopologyTable topology={topology} />
          </div>
        )}
      </Unfolding>
    </Panel>
  );
});
