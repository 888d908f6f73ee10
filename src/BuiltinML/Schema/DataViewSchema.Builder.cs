using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class DataViewSchema
{
    /// <summary>Collects columns in order and makes a schema of them.</summary>
    public sealed class Builder
    {
        private readonly List<DetachedColumn> items = [];

        /// <summary>An empty builder.</summary>
        public Builder()
        {
        }

        /// <summary>Adds a column at the end.</summary>
        /// <param name="name">Its name, not empty.</param>
        /// <param name="type">Its type.</param>
        /// <param name="annotations">Its annotations, or null.</param>
        public void AddColumn(string name, DataViewType type, Annotations annotations = null)
            => items.Add(new(name, type, annotations));

        /// <summary>Adds columns at the end.</summary>
        /// <param name="source">Columns.</param>
        public void AddColumns(IEnumerable<DetachedColumn> source) => items.AddRange(source);

        /// <summary>Adds another schema's columns at the end, hidden ones too.</summary>
        /// <param name="source">Columns.</param>
        public void AddColumns(IEnumerable<Column> source) => items.AddRange(source.Select(column => new DetachedColumn(column)));

        /// <summary>The schema.</summary>
        public DataViewSchema ToSchema() => new(items);
    }
}
