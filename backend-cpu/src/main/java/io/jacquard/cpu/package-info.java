/** The backend that runs on the cores of the host, with the Vector API. */
package io.jacquard.cpu;
