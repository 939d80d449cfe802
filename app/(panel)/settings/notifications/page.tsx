import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Texts } from "@/app/texts";
import { ChannelsPage } from "@/components/notification/channels-page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("notifications"))("title") };
}

export default function NotificationsPage() {
  return (
    <Texts areas={["notifications"]}>
      <ChannelsPage />
    </Texts>
  );
}
