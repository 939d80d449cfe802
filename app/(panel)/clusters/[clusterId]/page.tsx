import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { answerFor } from "@/app/answer";
import { Texts } from "@/app/texts";
import { Dashboard } from "@/components/cluster/dashboard";
import { LazyTrends } from "@/components/history/lazy-trends";
import { NetworkCard } from "@/components/network/network-card";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("shell.nav"))("dashboard") };
}

export default async function ClusterPage({ params }: { params: Promise<{ clusterId: string }> }) {
  const { clusterId } = await params;
  const seed = await answerFor((panel) => panel.cluster.get({ clusterId }));
  return (
    <Texts areas={["cluster", "history", "network"]}>
      <Dashboard
        clusterId={clusterId}
        seed={seed}
        beside={<NetworkCard clusterId={clusterId} />}
        trends={<LazyTrends clusterId={clusterId} />}
      />
    </Texts>
  );
}
