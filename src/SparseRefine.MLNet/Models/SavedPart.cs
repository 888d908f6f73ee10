using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>One part of a saved model.</summary>
/// <param name="Kind">What it is: "mlnet" for a run of ML.NET's own transformers, else one of ours such as "dense-model".</param>
/// <param name="Scopes">Chain scope of each transformer in it.</param>
/// <param name="Options">Its options by name, as text.</param>
public sealed record SavedPart(
    string Kind, IReadOnlyList<TransformerScope> Scopes, IReadOnlyDictionary<string, string> Options);
