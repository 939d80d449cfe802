import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { HaPage } from "@/components/ha/ha-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ha"))("pageTitle") };
}

export default async function ClusterHaPage({ params }: { params: Promise<{ clusterId: string }> }) {
  const { clusterId } = await params;
  return <HaPage clusterId={clusterId} />;
}
