namespace Microsoft.ML.Data;

/// <summary>The columns that a class's members give when they are read.</summary>
internal sealed class TypedSchema
{
    private readonly TypedMember[] members;

    public TypedSchema(Type userType, SchemaDefinition definition)
    {
        members = TypedMember.Of(userType, definition ?? SchemaDefinition.Create(userType, SchemaDefinition.Direction.Read));
        DataViewSchema.Builder builder = new();
        foreach (var member in members)
        {
            builder.AddColumn(member.Name, member.Type, member.Annotations);
        }

        Schema = builder.ToSchema();
    }

    public DataViewSchema Schema { get; }

    public Delegate[] MakeGetters<TRow>(Func<TRow> current, Func<int, bool> active)
        => [.. members.Select((member, i) => active(i) ? member.MakeGetter(current) : null)];

    public DataViewSchema.DetachedColumn[] Columns => [.. Schema.Select(column => new DataViewSchema.DetachedColumn(column))];

    public Delegate MakeGetter<TRow>(int index, Func<TRow> current) => members[index].MakeGetter(current);
}
