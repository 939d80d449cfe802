import { notFound, redirect } from "next/navigation";
import { Texts } from "@/app/texts";
import { paths } from "@/components/client/paths";
import { WizardPlaceView } from "@/components/deployment/wizard-place-view";
import { wizardPlaces } from "@/contract/deployment";

export default async function WizardPlacePage({
  params,
  searchParams,
}: {
  params: Promise<{ place: string }>;
  searchParams: Promise<{ draft?: string }>;
}) {
  const { place: asked } = await params;
  const { draft } = await searchParams;
  const place = wizardPlaces.find((each) => each === asked);
  if (place === undefined) notFound();
  if (draft === undefined) redirect(paths.newCluster());
  return (
    <Texts areas={["network", "preflight", "problems"]}>
      <WizardPlaceView place={place} />
    </Texts>
  );
}
