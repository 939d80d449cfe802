import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Texts } from "@/app/texts";
import { HaPage } from "@/components/ha/ha-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("ha"))("pageTitle") };
}

export default async function ClusterHaPage({ params }: { params: Promise<{ clusterId: string }> }) {
  const { clusterId } = await params;
  return (
    <Texts areas={["cluster", "ha"]}>
      <HaPage clusterId={clusterId} />
    </Texts>
  );
}
