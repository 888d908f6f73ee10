using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class DataViewSchema
{
    /// <summary>One column of a schema.</summary>
    public readonly struct Column
    {
        internal Column(string name, int index, bool isHidden, DataViewType type, Annotations annotations)
        {
            Name = name;
            Index = index;
            IsHidden = isHidden;
            Type = type;
            Annotations = annotations;
        }

        /// <summary>The name; an earlier column may have the same.</summary>
        public string Name { get; }

        /// <summary>Position in the schema.</summary>
        public int Index { get; }

        /// <summary>Whether a later column has the same name.</summary>
        public bool IsHidden { get; }

        /// <summary>Type of the values.</summary>
        public DataViewType Type { get; }

        /// <summary>What else is known of the column.</summary>
        public Annotations Annotations { get; }

        /// <inheritdoc/>
        public override string ToString()
            => $"{Name}: {Type}{(Annotations.Schema.Count > 0 ? $" {Annotations}" : string.Empty)}{(IsHidden ? " (hidden)" : string.Empty)}";
    }

    /// <summary>A column that is in no schema yet.</summary>
    public struct DetachedColumn
    {
        /// <summary>Describes a column.</summary>
        /// <param name="name">Its name, not empty.</param>
        /// <param name="type">Its type.</param>
        /// <param name="annotations">Its annotations, or null.</param>
        public DetachedColumn(string name, DataViewType type, Annotations annotations = null)
        {
            ArgumentException.ThrowIfNullOrEmpty(name);
            ArgumentNullException.ThrowIfNull(type);
            Name = name;
            Type = type;
            Annotations = annotations ?? Annotations.Empty;
        }

        /// <summary>Describes a column like another.</summary>
        /// <param name="column">A schema's column.</param>
        public DetachedColumn(Column column)
            : this(column.Name, column.Type, column.Annotations)
        {
        }

        /// <summary>The name.</summary>
        public string Name { get; }

        /// <summary>Type of the values.</summary>
        public DataViewType Type { get; }

        /// <summary>What else is known of the column.</summary>
        public Annotations Annotations { get; }
    }
}
