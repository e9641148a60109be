/** The root of Jacquard's packages; no class lives here. */
package io.jacquard;
