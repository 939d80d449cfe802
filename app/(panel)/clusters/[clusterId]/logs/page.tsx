import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Texts } from "@/app/texts";
import { LogsPage } from "@/components/logs/logs-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("logs"))("pageTitle") };
}

export default async function ClusterLogsPage({ params }: { params: Promise<{ clusterId: string }> }) {
  const { clusterId } = await params;
  return (
    <Texts areas={["cluster", "logs"]}>
      <LogsPage clusterId={clusterId} />
    </Texts>
  );
}
