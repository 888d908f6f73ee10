namespace Microsoft.ML.Data;

public sealed partial class SchemaDefinition
{
    /// <summary>Which column a member is.</summary>
    public sealed class Column
    {
        private readonly DataViewSchema.Annotations.Builder added = new();

        internal Column(string memberName, DataViewType columnType)
        {
            MemberName = memberName;
            ColumnType = columnType;
        }

        /// <summary>The member.</summary>
        public string MemberName { get; }

        /// <summary>The column's name.</summary>
        public string ColumnName { get; set; }

        /// <summary>The column's type; its raw type must be the member's.</summary>
        public DataViewType ColumnType { get; set; }

        /// <summary>The column's annotations.</summary>
        public DataViewSchema.Annotations Annotations => added.ToAnnotations();

        /// <summary>Adds an annotation.</summary>
        /// <typeparam name="T">Its raw type, or an array or string for it.</typeparam>
        /// <param name="kind">Its name.</param>
        /// <param name="value">Its value.</param>
        /// <param name="annotationType">Its type.</param>
        public void AddAnnotation<T>(string kind, T value, DataViewType annotationType)
        {
            ArgumentNullException.ThrowIfNull(annotationType);
            Holder<T> holder = new() { Value = value };
            added.Add(kind, annotationType, TypedMember.Of(typeof(Holder<T>), nameof(Holder<T>.Value), kind, annotationType).MakeGetter(() => holder));
        }

        internal void Take(DataViewSchema.Annotations annotations) => added.Add(annotations, name => true);
    }

    private sealed class Holder<T>
    {
        public T Value { get; set; }
    }
}
