import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { ConfigPage } from "@/components/config/config-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("config"))("title") };
}

export default async function ClusterConfigPage({ params }: { params: Promise<{ clusterId: string }> }) {
  const { clusterId } = await params;
  return <ConfigPage clusterId={clusterId} />;
}
