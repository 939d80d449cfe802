import { propertyHalf } from "@/suite/core/simulation/property-half";

propertyHalf("second half", 1, process.env);
