package dev.gapline.pipeline.processes;

import dev.gapline.pipeline.EvalPipeline;
import dev.gapline.pipeline.files.StudyFile;
import dev.gapline.pipeline.runs.RunSettings;
import dev.gapline.schemas.Study;
import dev.gapline.schemas.StudyPlan;
import dev.gapline.transforms.EarlierLegs;
import dev.gapline.transforms.Leg;
import dev.gapline.transforms.RunFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.beam.runners.core.construction.SerializablePipelineOptions;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.util.construction.PipelineTranslation;
import org.apache.flink.api.java.ExecutionEnvironment;
import org.apache.flink.client.FlinkPipelineTranslationUtil;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.util.InstantiationUtil;
import org.xerial.snappy.SnappyError;
import org.xerial.snappy.SnappyInputStream;

/**
 * Writes all that a study's run hands to a cluster, as bytes: the pipeline as Beam translates it,
 * its options, and Flink's job graph. A {@code main}, because the keys are in the environment of
 * its process.
 */
@SuppressWarnings("deprecation") // Batches are what Beam translates to this API of Flink.
final class JobGraphs {

  private static final byte[] SNAPPY = {(byte) 0x82, 'S', 'N', 'A', 'P', 'P', 'Y', 0};

  private JobGraphs() {}

  /**
   * Writes them.
   *
   * @param arguments the study and a new folder
   */
  public static void main(String[] arguments) throws Exception {
    Study study = StudyFile.open(arguments[0]).study();
    Path folder = Files.createDirectories(Path.of(arguments[1]));
    PipelineOptions options =
        new RunSettings(RunSettings.Runner.FLINK, 4, false)
            .options(StudyPlan.of(study).units(4).count());
    Pipeline pipeline = Pipeline.create(options);
    EvalPipeline.build(
        pipeline,
        new Leg(
            RunFolder.at(folder.resolve("out")),
            "001",
            study,
            "digest",
            4,
            EarlierLegs.Summary.NONE,
            false,
            null));
    write(folder.resolve("pipeline"), PipelineTranslation.toProto(pipeline).toByteArray());
    write(
        folder.resolve("options"),
        new SerializablePipelineOptions(options).toString().getBytes(StandardCharsets.UTF_8));
    write(folder.resolve("graph"), InstantiationUtil.serializeObject(jobGraph(pipeline, options)));
  }

  /** What FlinkRunner.run would submit; Beam hands it out for streams alone. */
  private static JobGraph jobGraph(Pipeline pipeline, PipelineOptions options)
      throws ReflectiveOperationException {
    Class<?> type =
        Class.forName("org.apache.beam.runners.flink.FlinkPipelineExecutionEnvironment");
    Constructor<?> constructor = type.getDeclaredConstructor(FlinkPipelineOptions.class);
    constructor.setAccessible(true);
    Object environment = constructor.newInstance(options.as(FlinkPipelineOptions.class));
    Method translate = type.getMethod("translate", Pipeline.class);
    translate.setAccessible(true);
    Object unused = translate.invoke(environment, pipeline);
    Field batch = type.getDeclaredField("flinkBatchEnv");
    batch.setAccessible(true);
    ExecutionEnvironment flink = (ExecutionEnvironment) batch.get(environment);
    return FlinkPipelineTranslationUtil.getJobGraph(
        JobGraphs.class.getClassLoader(),
        flink.createProgramPlan(),
        new Configuration(),
        flink.getParallelism());
  }

  /** Writes bytes, and beside them what is compressed within them, as Beam does with its DoFns. */
  private static void write(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
    for (int i = 0; i + SNAPPY.length <= bytes.length; i++) {
      if (java.util.Arrays.equals(bytes, i, i + SNAPPY.length, SNAPPY, 0, SNAPPY.length)) {
        try (InputStream in =
            new SnappyInputStream(new ByteArrayInputStream(bytes, i, bytes.length - i))) {
          write(Path.of(file + "-" + i), readable(in));
        }
      }
    }
  }

  /**
   * What follows the compressed bytes belongs to something else, and ends them with a complaint.
   */
  private static byte[] readable(InputStream in) {
    var all = new java.io.ByteArrayOutputStream();
    try {
      for (int next = in.read(); next >= 0; next = in.read()) {
        all.write(next);
      }
    } catch (IOException | SnappyError e) {
      // As far as it goes.
    }
    return all.toByteArray();
  }
}
