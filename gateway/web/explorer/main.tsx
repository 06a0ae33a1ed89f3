/** Starts the explorer. */

import "./nonce.ts";
import "graphiql/setup-workers/vite";

import { createRoot } from "react-dom/client";

import { Explorer } from "./Explorer.tsx";

const place = document.getElementById("explorer");
if (place) createRoot(place).render(<Explorer />);
