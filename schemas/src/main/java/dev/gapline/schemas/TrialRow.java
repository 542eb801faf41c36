package dev.gapline.schemas;

import java.util.List;
import java.util.SortedMap;

/**
 * One row of a table; the components are the columns of {@code trials.avsc}, in its order, whose
 * documentation gives their meaning, range and formula. Nullable columns are boxed. The factors'
 * levels become the columns {@code factor_NAME}.
 */
public record TrialRow(
    String study,
    String trialId,
    String blockId,
    String scenario,
    String queryId,
    String condition,
    String model,
    String paraphrase,
    boolean isPublished,
    double temperature,
    SortedMap<String, String> factors,
    long sample,
    long orderIndex,
    Long windowStart,
    Long windowEnd,
    String promptDigest,
    List<Message> messages,
    String responseText,
    String reasoningText,
    String reasoningSource,
    String reasoningForm,
    String parseStatus,
    String finishReason,
    boolean truncated,
    String responseModel,
    Long promptTokens,
    Long completionTokens,
    Long reasoningTokens,
    Double costUsd,
    Long latencyMs,
    int attempts,
    String failuresMet,
    int sendOrder,
    Long sentAt,
    boolean reused,
    String failureCategory,
    String failureMessage,
    Double complied,
    String category,
    Boolean afPartial,
    Boolean afFull,
    Boolean considersAf,
    Boolean afVotes,
    Integer afVotesYes,
    Integer afVotesN,
    List<String> ruleHits,
    String judge,
    List<String> judgeVotes,
    int judgeCalls,
    Double judgeCostUsd,
    int rubricVersion,
    String flags) {}
