using Microsoft.ML;
using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>A model as a flat list: chains within chains are taken apart.</summary>
internal static class ScopedTransformers
{
    public static IReadOnlyList<(ITransformer Transformer, TransformerScope Scope)> Of(ITransformer model)
    {
        List<(ITransformer, TransformerScope)> list = [];
        Add(model, TransformerScope.Everything, list);
        return list;
    }

    private static void Add(
        ITransformer model, TransformerScope outer, List<(ITransformer, TransformerScope)> list)
    {
        if (model is not IEnumerable<ITransformer> chain)
        {
            list.Add((model, outer));
            return;
        }

        ITransformer[] members = chain.ToArray();
        TransformerScope[] scopes = Scopes(model, members);
        for (int i = 0; i < members.Length; i++)
        {
            Add(members[i], scopes[i] & outer, list);
        }
    }

    /// <summary>A chain tells scopes only as sub-chains, which keep the order and the very objects.</summary>
    private static TransformerScope[] Scopes(ITransformer model, ITransformer[] members)
    {
        var scopes = new TransformerScope[members.Length];
        System.Reflection.MethodInfo modelFor = model.GetType().GetMethod("GetModelFor", [typeof(TransformerScope)])
            ?? throw new NotSupportedException($"chain: expected a TransformerChain, got {model.GetType().Name}");
        foreach (TransformerScope scope in
            new[] { TransformerScope.Training, TransformerScope.Testing, TransformerScope.Scoring })
        {
            var part = (IEnumerable<ITransformer>)modelFor.Invoke(model, [scope])!;
            int from = 0;
            foreach (ITransformer member in part)
            {
                while (!ReferenceEquals(members[from], member))
                {
                    from++;
                }

                scopes[from++] |= scope;
            }
        }

        return scopes;
    }
}
