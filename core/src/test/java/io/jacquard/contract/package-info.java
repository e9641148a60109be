/**
 * What every backend must keep, as tests to inherit, and a backend of plain loops that says what is right ({@link
 * io.jacquard.contract.ReferenceBackend}).
 */
package io.jacquard.contract;
