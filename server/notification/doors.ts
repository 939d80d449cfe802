import type { Phrases } from "@/contract/event-words";
import type { ChannelSettings } from "@/contract/notification-schema";
import type { MessageSender } from "@/server/ports/message-sender";
import { oncePerProcess, replaceInProcess } from "@/server/process";

/** How messages are put into words and sent. The composition root installs it; tests install their own. */
export interface NotificationDoors {
  readonly sender: MessageSender;
  words(locale: ChannelSettings["locale"]): Promise<Phrases>;
}

const slot = "notification-doors";

export const notificationDoors = (): NotificationDoors =>
  oncePerProcess<NotificationDoors>(slot, () => {
    throw new Error("the panel was started without its way to send messages");
  });

export const installNotificationDoors = (doors: NotificationDoors): void => replaceInProcess(slot, doors);
