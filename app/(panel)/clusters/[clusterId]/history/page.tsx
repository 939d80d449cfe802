import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Texts } from "@/app/texts";
import { HistoryView } from "@/components/history/history-view";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("history"))("pageTitle") };
}

export default async function ClusterHistoryPage({ params }: { params: Promise<{ clusterId: string }> }) {
  const { clusterId } = await params;
  return (
    <Texts areas={["history"]}>
      <HistoryView clusterId={clusterId} />
    </Texts>
  );
}
