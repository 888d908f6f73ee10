using SparseRefine.Networks;

namespace SparseRefine.Experiments.Ablation;

/// <summary>One variant; what is not given is as in the full network.</summary>
internal sealed record AblationPoint(
    string Name,
    BackboneKind Backbone = BackboneKind.Light,
    IReadOnlyList<int>? Blocks = null,
    bool HasModule = true,
    bool HasPairwise = true,
    bool HasUnary = true,
    ContextPooling Pooling = ContextPooling.Average,
    double ContrastWeight = 0.1,
    int Seed = 1);
