import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { EventsPage } from "@/components/event/events-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("events"))("pageTitle") };
}

export default async function ClusterEventsPage({ params }: { params: Promise<{ clusterId: string }> }) {
  const { clusterId } = await params;
  return <EventsPage clusterId={clusterId} />;
}
