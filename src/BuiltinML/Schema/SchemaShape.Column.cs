using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class SchemaShape
{
    /// <summary>What is known of one column.</summary>
    public readonly struct Column
    {
        /// <summary>Its name.</summary>
        public readonly string Name;

        /// <summary>Scalar or vector.</summary>
        public readonly VectorKind Kind;

        /// <summary>Type of its items.</summary>
        public readonly DataViewType ItemType;

        /// <summary>Whether its items are keys; <see cref="ItemType"/> is then the keys' integer type.</summary>
        public readonly bool IsKey;

        /// <summary>Names and types of its annotations.</summary>
        public readonly SchemaShape Annotations;

        internal Column(string name, VectorKind kind, DataViewType itemType, bool isKey, SchemaShape annotations = null)
        {
            Name = name;
            Kind = kind;
            ItemType = itemType;
            IsKey = isKey;
            Annotations = annotations ?? new SchemaShape(null);
        }

        internal Column(string name, DataViewType type, SchemaShape annotations = null)
            : this(name, KindOf(type), ItemOf(type), type.ItemType() is KeyDataViewType, annotations)
        {
        }

        internal Column WithName(string name) => new(name, Kind, ItemType, IsKey, Annotations);

        internal string Describe() => Kind == VectorKind.Scalar ? $"{ItemType}" : $"{Kind} of {ItemType}";

        private static VectorKind KindOf(DataViewType type)
            => type is not VectorDataViewType vector ? VectorKind.Scalar : vector.IsKnownSize ? VectorKind.Vector : VectorKind.VariableVector;

        private static DataViewType ItemOf(DataViewType type)
            => type.ItemType() is KeyDataViewType key ? StandardTypes.Find(key.RawType) : type.ItemType();

        /// <summary>Scalar or vector.</summary>
        public enum VectorKind
        {
            /// <summary>One value a row.</summary>
            Scalar,

            /// <summary>A vector of known size.</summary>
            Vector,

            /// <summary>A vector whose size varies.</summary>
            VariableVector,
        }
    }
}
