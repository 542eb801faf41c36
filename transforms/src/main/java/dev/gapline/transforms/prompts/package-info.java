/** From a trial to the messages that are sent. Plain Java, no Beam. */
package dev.gapline.transforms.prompts;
