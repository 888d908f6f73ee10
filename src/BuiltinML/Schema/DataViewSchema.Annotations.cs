using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class DataViewSchema
{
    /// <summary>Named values that describe a column: class names, slot names, ... Immutable.</summary>
    public sealed class Annotations
    {
        private readonly Delegate[] getters;

        private Annotations(DataViewSchema schema, Delegate[] getters)
        {
            Schema = schema;
            this.getters = getters;
        }

        /// <summary>No annotations.</summary>
        public static Annotations Empty { get; } = new(new DataViewSchema([]), []);

        /// <summary>The annotations' names and types.</summary>
        public DataViewSchema Schema { get; }

        /// <summary>Delivers one annotation.</summary>
        /// <typeparam name="TValue">Its raw type.</typeparam>
        /// <param name="column">A column of <see cref="Schema"/>.</param>
        public ValueGetter<TValue> GetGetter<TValue>(Column column)
            => getters[column.Index] as ValueGetter<TValue>
                ?? throw new InvalidOperationException($"Annotation '{column.Name}': expected {column.Type.RawType}, got {typeof(TValue)}");

        /// <summary>Delivers one annotation.</summary>
        /// <typeparam name="TValue">Its raw type.</typeparam>
        /// <param name="kind">Its name.</param>
        /// <param name="value">Gets the value.</param>
        public void GetValue<TValue>(string kind, ref TValue value)
        {
            var column = Schema.GetColumnOrNull(kind) ?? throw new InvalidOperationException($"Annotation '{kind}' not found");
            GetGetter<TValue>(column)(ref value);
        }

        /// <inheritdoc/>
        public override string ToString() => $"{{{string.Join(", ", Schema.Select(column => column.Name))}}}";

        internal Delegate GetterOf(int index) => getters[index];

        /// <summary>Collects annotations.</summary>
        public sealed class Builder
        {
            private readonly DataViewSchema.Builder schema = new();
            private readonly List<Delegate> getters = [];

            /// <summary>An empty builder.</summary>
            public Builder()
            {
            }

            /// <summary>Adds those of another column whose names are wanted.</summary>
            /// <param name="annotations">Where from; null adds none.</param>
            /// <param name="selector">Which names.</param>
            public void Add(Annotations annotations, Func<string, bool> selector)
            {
                ArgumentNullException.ThrowIfNull(selector);
                foreach (var column in annotations?.Schema ?? Empty.Schema)
                {
                    if (selector(column.Name))
                    {
                        Add(column.Name, column.Type, annotations.getters[column.Index], column.Annotations);
                    }
                }
            }

            /// <summary>Adds one.</summary>
            /// <typeparam name="TValue">Its raw type.</typeparam>
            /// <param name="name">Its name.</param>
            /// <param name="type">Its type.</param>
            /// <param name="getter">Delivers it.</param>
            /// <param name="annotations">What describes it in turn.</param>
            public void Add<TValue>(string name, DataViewType type, ValueGetter<TValue> getter, Annotations annotations = null)
                => Add(name, type, (Delegate)getter, annotations);

            /// <summary>Adds one.</summary>
            /// <param name="name">Its name.</param>
            /// <param name="type">Its type.</param>
            /// <param name="getter">A <see cref="ValueGetter{TValue}"/> of its raw type.</param>
            /// <param name="annotations">What describes it in turn.</param>
            public void Add(string name, DataViewType type, Delegate getter, Annotations annotations = null)
            {
                ArgumentNullException.ThrowIfNull(type);
                if (getter?.GetType() != typeof(ValueGetter<>).MakeGenericType(type.RawType))
                {
                    throw new ArgumentException($"getter: expected one of {type.RawType}, got {getter?.GetType()}", nameof(getter));
                }

                schema.AddColumn(name, type, annotations);
                getters.Add(getter);
            }

            /// <summary>Adds one that is a primitive value.</summary>
            /// <typeparam name="TValue">Its raw type.</typeparam>
            /// <param name="name">Its name.</param>
            /// <param name="type">Its type.</param>
            /// <param name="value">Its value.</param>
            /// <param name="annotations">What describes it in turn.</param>
            public void AddPrimitiveValue<TValue>(string name, PrimitiveDataViewType type, TValue value, Annotations annotations = null)
            {
                if (type?.RawType != typeof(TValue))
                {
                    throw new ArgumentException($"type: expected one of {typeof(TValue)}, got {type}", nameof(type));
                }

                Add(name, type, (ref TValue destination) => destination = value, annotations);
            }

            /// <summary>The annotations.</summary>
            public Annotations ToAnnotations() => getters.Count == 0 ? Empty : new(schema.ToSchema(), [.. getters]);
        }
    }
}
