import { propertyHalf } from "@/suite/core/simulation/property-half";

propertyHalf("first half", 0, process.env);
