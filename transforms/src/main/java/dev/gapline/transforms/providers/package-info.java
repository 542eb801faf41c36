/** Asking models: one interface, one small decorator per concern. No Beam in here. */
package dev.gapline.transforms.providers;
