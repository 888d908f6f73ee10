using Microsoft.ML;
using Microsoft.ML.Data;

namespace SparseRefine.MLNet;

/// <summary>A column that a transformer adds, and the input columns that its values need.</summary>
internal sealed record MappedColumn(
    string Name, DataViewType Type, IReadOnlyList<string> Needs, DataViewSchema.Annotations? Annotations = null);
