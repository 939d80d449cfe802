"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import { paths } from "@/components/client/paths";
import { useTRPC } from "@/components/client/trpc";
import { useEventWords } from "@/components/event/use-event-words";
import { lookForNotices } from "@/components/notification/browser-notice";
import { useBrowserNotices } from "@/components/notification/use-browser-notices";
import type { ClusterEvent } from "@/contract/event";

/** Browsers slow the timers of hidden tabs down to a minute anyway. */
const lookEveryMs = 15_000;

/** Nothing to see: shows the browser's own notifications while the tab is hidden, where somebody has asked for them. */
export function BrowserNotices() {
  const { on } = useBrowserNotices();
  return on ? <Watching /> : null;
}

function Watching() {
  const t = useTranslations("events");
  const say = useEventWords();
  const router = useRouter();
  const trpc = useTRPC();
  const seen = useRef<ReadonlySet<string> | null>(null);
  const clusters = useQuery(trpc.cluster.list.queryOptions()).data;
  const { data } = useQuery(
    trpc.event.recent.queryOptions(undefined, { refetchInterval: lookEveryMs, refetchIntervalInBackground: true }),
  );
  useEffect(() => {
    if (data === undefined) return;
    const look = lookForNotices(data, seen.current, document.hidden, Date.now());
    seen.current = look.seen;
    for (const event of look.fresh) {
      const place = clusters?.find(({ id }) => id === event.clusterId)?.name ?? t("panelItself");
      const { title, todo } = say(event);
      // The tag makes the notices of several tabs one.
      const notice = new Notification(`${place}: ${title}`, { body: todo, tag: `trivet ${event.id} ${event.count}` });
      notice.onclick = () => {
        window.focus();
        router.push(hrefOf(event));
        notice.close();
      };
    }
  }, [data, clusters, router, say, t]);
  return null;
}

function hrefOf({ runId, clusterId }: ClusterEvent): string {
  if (runId !== null) return paths.run(runId);
  return clusterId === null ? paths.notifications() : paths.clusterEvents(clusterId);
}
